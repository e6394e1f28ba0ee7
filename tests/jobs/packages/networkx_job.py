# Graph algorithms on a known graph.
# Needs: networkx
import networkx as nx
G = nx.karate_club_graph()
print(nx.info(G) if hasattr(nx, 'info') else G)
print(nx.shortest_path(G, 0, 33), nx.density(G), sorted(nx.connected_components(G), key=len)[0].__len__())
print({k: round(v, 6) for k, v in nx.betweenness_centrality(G).items()})
print([sorted(c) for c in nx.community.greedy_modularity_communities(G)])
H = nx.gnp_random_graph(50, 0.1, seed=3)
print(sorted(H.edges())[:10], nx.is_connected(H), list(nx.topological_sort(nx.DiGraph([(1, 2), (2, 3), (1, 3)]))))
print(nx.minimum_spanning_tree(G).size())
