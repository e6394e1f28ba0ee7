# Parsing dates, recurrences, differences.
# Needs: dateutil
from dateutil import parser, rrule, relativedelta, tz, easter
import datetime as d
for s in ('2003-09-25T10:49:41.5-03:00', 'Thu Sep 25 2003', '10pm 3 Jan 2020', '20030925T1049', '1/2/03'):
    print(parser.parse(s, default=d.datetime(2000, 1, 1)))
print(list(rrule.rrule(rrule.MONTHLY, count=5, byweekday=rrule.FR(-1), dtstart=d.datetime(2020, 1, 1))))
print(d.date(2020, 1, 31) + relativedelta.relativedelta(months=1, days=-2), easter.easter(2024), relativedelta.relativedelta(d.date(2024, 3, 1), d.date(2020, 1, 5)))
print(rrule.rrulestr('FREQ=DAILY;INTERVAL=10;COUNT=3', dtstart=d.datetime(2020, 1, 1))[2])
try:
    parser.parse('nope')
except parser.ParserError as e:
    print(e)
