-- One row per source that tells what happened to its tickets, and not only how they stand; key: source.
select source
from raw.files_events
group by source
union
select source
from raw.files_snapshots
group by source
