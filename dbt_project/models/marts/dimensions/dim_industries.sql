select
    industry_id,
    industry_name,
    naics_code,
    priority,
    true as is_known
from {{ ref('industries') }}

union all

-- What no source placed anywhere: marts that group by industry need a name for it.
select
    'unknown' as industry_id,
    'Unknown' as industry_name,
    null as naics_code,
    null as priority,
    false as is_known

union all

-- What is summed over all industries.
select
    'all' as industry_id,
    'All industries' as industry_name,
    null as naics_code,
    null as priority,
    false as is_known
