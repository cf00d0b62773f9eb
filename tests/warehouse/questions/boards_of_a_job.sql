-- Which boards carry each open job, those on the most boards first: since when, whether still, and how sure it is that
-- the listing is of that job (null: the only listing, or one that no rule has looked at yet).
select
    postings.job_id,
    postings.title,
    postings.boards_count,
    sightings.source,
    sightings.posting_id,
    sightings.first_seen_at,
    sightings.last_seen_at,
    sightings.closed_at,
    sightings.closing,
    round(sightings.link_confidence::numeric, 2) as link_confidence
from marts.fct_postings as postings
inner join marts.fct_posting_sightings as sightings
    on postings.job_id = sightings.job_id and sightings.is_current
where postings.is_open
order by postings.boards_count desc, postings.job_id asc, sightings.first_seen_at asc, sightings.posting_id asc;
