{{ config(tags=['read_by_linkers']) }}
-- A comment that its writer deleted takes away all that it ever said, as if it had never been known.
select versions.*
from {{ ref('stg_hacker_news_who_is_hiring__jobs') }} as versions
where versions.job_key not in (
    select deleted.job_key
    from {{ ref('stg_hacker_news_who_is_hiring__jobs') }} as deleted
    where deleted.closed_at is not null
)
