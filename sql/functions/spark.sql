-- What differs between engines, under one name. Instants are UTC timestamps without a zone.
create or replace function seconds_between(a timestamp_ntz, b timestamp_ntz) returns bigint
return cast(floor(timestampdiff(microsecond, a, b) / 1000000.0) as bigint);

create or replace function add_seconds(instant timestamp_ntz, seconds bigint) returns timestamp_ntz
return instant + seconds * interval '1' second;

create or replace function add_days(day date, days bigint) returns date
return date_add(day, cast(days as int));

create or replace function days_between(a date, b date) returns int
return datediff(b, a);

create or replace function to_local(instant timestamp_ntz, zone string) returns timestamp_ntz
return convert_timezone('UTC', zone, instant);

create or replace function to_utc(local_instant timestamp_ntz, zone string) returns timestamp_ntz
return convert_timezone(zone, 'UTC', local_instant);

create or replace function iso_weekday(day date) returns int
return weekday(day) + 1;

create or replace function hour_of(instant timestamp_ntz) returns int
return hour(instant);

create or replace function as_double(number double) returns double
return number;

create or replace function as_text(said string) returns string
return said;
