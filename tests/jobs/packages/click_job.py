# A command line and its errors.
# Needs: click
import click
from click.testing import CliRunner

@click.group()
@click.option('--v/--no-v', default=False)
@click.pass_context
def cli(ctx, v):
    ctx.obj = {'v': v}

@cli.command()
@click.argument('n', type=int)
@click.option('--k', type=click.Choice(['a', 'b']), default='a', show_default=True, help='a choice')
@click.pass_obj
def run(o, n, k):
    """Runs things."""
    click.echo(f'{n} {k} {o}')
    click.secho('x', fg='red')
r = CliRunner()
for a in (['--help'], ['run', '--help'], ['run', '3', '--k', 'b'], ['--v', 'run', 'x'], ['run', '1', '--k', 'z'], ['nope']):
    x = r.invoke(cli, a)
    print(x.exit_code, x.output)
