-- Whatever listing a job once had its id of, its id leads to the job that the listing is of now.
select
    posting_id as old_job_id,
    job_id,
    known_at as redirected_at
from {{ ref('int_job_links') }}
where
    known_until is null
    and posting_id <> job_id
