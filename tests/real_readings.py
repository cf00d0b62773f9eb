"""How recorded answers become exchanges again, and what staging must show of each of their records.

Of each provider two functions, given the recorder's content: the exchanges (recorders cut lists and left the
counts as they were), and staging's columns by record key, read here and by nothing of the plant.
"""

import html
import re
from datetime import UTC, date, datetime
from typing import Any

Rows = dict[str, dict[str, Any]]

EDGAR_REVENUE = ("Revenues", "RevenueFromContractWithCustomerExcludingAssessedTax")


def plain(text: str) -> str:
    """A title as people read it: without markup, entities and needless blanks."""
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", html.unescape(text))).split())


def instant(text: str | None) -> datetime | None:
    """An instant from ISO 8601; without a zone it is UTC."""
    moment = text and datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)) if moment else None


def greenhouse_board(content: Any) -> list[dict[str, Any]]:
    """The board as long as it says that it is: the recorder kept some of its jobs."""
    return [{"path": "boards/acme/jobs", "body": content | {"meta": {"total": len(content["jobs"])}}}]


def greenhouse_rows(content: Any) -> Rows:
    return {
        f"acme|{job['id']}": {
            "title": plain(job["title"]),
            "company_name": job.get("company_name", "Acme"),
            "location": job["location"]["name"].strip(),
            "posted_at": instant(job.get("first_published")),
            "updated_at": instant(job["updated_at"]),
        }
        for job in content["jobs"]
    }


def lever_site(content: Any) -> list[dict[str, Any]]:
    return [{"path": "acme", "body": content}]


def lever_rows(content: Any) -> Rows:
    return {
        f"global|acme|{posting['id']}": {
            "title": plain(posting["text"]),
            "location": posting["categories"]["location"],
            "posted_at": datetime.fromtimestamp(posting["createdAt"] / 1000, UTC),
            "salary_min": posting.get("salaryRange", {}).get("min"),
            "salary_max": posting.get("salaryRange", {}).get("max"),
            "currency": posting.get("salaryRange", {}).get("currency"),
        }
        for posting in content
    }


def ashby_board(content: Any) -> list[dict[str, Any]]:
    return [{"path": "job-board/acme", "body": content}]


def ashby_rows(content: Any) -> Rows:
    """A job without an id is known by the end of its address."""
    return {
        f"acme|{job.get('id') or job['jobUrl'].rpartition('/')[2]}": {
            "title": plain(job["title"]),
            "location": job["location"],
            "posted_at": instant(job["publishedAt"]),
        }
        for job in content["jobs"]
        if job.get("isListed", True)
    }


def arbeitnow_page(content: Any) -> list[dict[str, Any]]:
    """The page as the only one: the recorder kept the postings and left out where the next page is."""
    return [{"path": "job-board-api", "body": content | {"links": {"next": None}}}]


def arbeitnow_rows(content: Any) -> Rows:
    return {
        job["slug"]: {
            "title": plain(job["title"]),
            "company_name": plain(job["company_name"]),
            "is_remote": job["remote"],
            "posted_at": datetime.fromtimestamp(job["created_at"], UTC),
        }
        for job in content["data"]
    }


def remotive_list(content: Any) -> list[dict[str, Any]]:
    """The list as long as it says that it is: the recorder kept some of its jobs."""
    return [{"path": "remote-jobs", "body": content | {"job-count": len(content["jobs"])}}]


def remotive_rows(content: Any) -> Rows:
    return {
        str(job["id"]): {
            "title": plain(job["title"]),
            "company_name": plain(job["company_name"]),
            "is_remote": True,
            "posted_at": instant(job["publication_date"]),
        }
        for job in content["jobs"]
    }


def hacker_news_page(content: Any) -> list[dict[str, Any]]:
    """The search as long as it says that it is: the recorder kept its first hits."""
    return [{"path": "search_by_date", "body": content | {"nbPages": 1}}]


def hacker_news_threads(content: Any) -> Rows:
    return {
        hit["objectID"]: {"thread_title": hit["title"], "created_at": instant(hit["created_at"])}
        for hit in content["hits"]
        if hit["title"].startswith("Ask HN: Who is hiring?")
    }


def hacker_news_thread(content: Any) -> list[dict[str, Any]]:
    """The recorder asked for the thread as a tree; its comments are put as the search gives them."""
    opened = datetime.fromtimestamp(content["created_at_i"], UTC).isoformat()
    story = {"objectID": str(content["id"]), "title": content["title"], "created_at": opened}
    comments = [
        {"objectID": str(child["id"]), "story_id": content["id"], "parent_id": content["id"],
         "created_at": opened, "author": child["author"], "comment_text": child["text"]}
        for child in content["children"]
    ]  # fmt: skip
    pages = [{"hits": hits, "nbHits": len(hits), "nbPages": 1} for hits in ([story], comments)]
    return [{"path": "search_by_date", "body": page} for page in pages]


def hacker_news_comments(content: Any) -> Rows:
    """Company and role as the first line has them; one who took the comment away says nothing more."""
    opened = datetime.fromtimestamp(content["created_at_i"], UTC)
    rows = {}
    for child in content["children"]:
        company, role, *_ = (child["text"] or " | ").split("|")
        rows[str(child["id"])] = {
            "company_name": company.strip() or None,
            "title": role.strip() or None,
            "posted_at": opened,
            "closed_at": None if child["text"] else opened,
        }
    return rows


def crunchbase_search(found: Any) -> list[dict[str, Any]]:
    """The first page of a search; its count is made that of the page, and an empty page ends the walk."""
    count, last = len(found["entities"]), found["entities"][-1]["uuid"]
    ask = {"path": "searches/organizations", "method": "POST"}
    return [
        {**ask, "body": {**found, "count": count}},
        {**ask, "json": {"after_id": last}, "body": {"count": count, "entities": []}},
    ]


def crunchbase_organizations(found: Any) -> Rows:
    return {
        entity["uuid"]: {
            "source_company_id": entity["uuid"],
            "company_name": plain(entity["properties"]["identifier"]["value"]),
            "updated_at": instant(entity["properties"].get("updated_at")),
        }
        for entity in found["entities"]
    }


def crunchbase_deletions(content: Any) -> list[dict[str, Any]]:
    """All that the recorder kept was deleted before the window, so one page of the feed is enough."""
    return [{"path": "deleted_entities", "body": content}]


def crunchbase_deleted(content: Any) -> Rows:
    return {
        f"{item['uuid']}|organization": {
            "source_company_id": item["uuid"],
            "entity_kind": "organization",
            "deleted_at": instant(item["deleted_at"]),
        }
        for item in content
    }


def github_search(content: Any) -> list[dict[str, Any]]:
    """The recorder made a repository and searched for issues: it is put into that search's envelope."""
    return [{"path": "search/repositories", "body": content[3]["response"] | github_found(content)}]


def github_found(content: Any) -> dict[str, Any]:
    return {"total_count": 1, "items": [content[0]["response"]]}


def github_rows(content: Any) -> Rows:
    return {
        str(repository["id"]): {
            "repository_name": repository["full_name"],
            "organisation_name": repository["owner"]["login"],
            "is_fork": repository["fork"],
            "stars_count": repository["stargazers_count"],
            "pushed_at": instant(repository["pushed_at"]),
        }
        for repository in github_found(content)["items"]
    }


def stack_exchange_page(content: Any) -> list[dict[str, Any]]:
    """The recorder's wrapper, which says that no page follows."""
    return [{"path": "tags", "body": content}]


def stack_exchange_rows(content: Any) -> Rows:
    """The recorder asked for sites; as tags they have what a tag is identified by."""
    return {
        f"stackoverflow|{site['name']}|{{fetched_date}}": {"skill_name": site["name"].lower()}
        for site in content["items"]
    }


def edgar_submissions(content: Any) -> list[dict[str, Any]]:
    return [{"path": f"submissions/CIK{company['cik']}.json", "body": company} for company in content]


def edgar_companies(content: Any) -> Rows:
    return {
        company["cik"]: {"source_company_id": company["cik"], "company_name": plain(company["name"])}
        for company in content
    }


def edgar_facts(content: Any) -> list[dict[str, Any]]:
    return [
        {"path": f"api/xbrl/companyfacts/CIK{company['cik']:010}.json", "body": company}
        for company in content
    ]


def edgar_statements(content: Any) -> Rows:
    """Revenue as told in annual reports; none of the recorded companies tells how many people it employs."""
    return {
        f"{company['cik']:010}|us-gaap|{tag}|USD|{fact['start']}/{fact['end']}|{fact['accn']}": {
            "source_company_id": f"{company['cik']:010}",
            "fact_value": fact["val"],
            "period_end": date.fromisoformat(fact["end"]),
            "filed_date": date.fromisoformat(fact["filed"]),
        }
        for company in content
        for tag in EDGAR_REVENUE
        for fact in company["facts"]["us-gaap"].get(tag, {"units": {"USD": []}})["units"]["USD"]
        if fact["form"] in ("10-K", "10-K/A")
    }
