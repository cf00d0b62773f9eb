"""What the company that runs the product exports about itself: costs, service checks and leads."""

import numpy as np

from sandbox.drops import DropWriter

COSTS = (
    ("infra", "cloud", 310.0),
    ("storage", "cloud", 42.0),
    ("ml", "cloud", 95.0),
    ("api", "crunchbase", 60.0),
    ("api", "other", 12.0),
)
SERVICES = (("api", 140.0), ("web", 90.0), ("scoring", 420.0))
CHECKS_A_DAY = 8


def write_operations(drops: DropWriter, random: np.random.Generator) -> None:
    """Costs by day and category, and a check of every service each three hours."""
    days = drops.clock.days
    every_day = np.arange(days)
    growth = 1 + 0.4 * every_day / max(days, 1)
    for category, provider, amount in COSTS:
        amounts = amount * growth * np.exp(random.normal(0, 0.08, days))
        records = [
            {
                "costDate": drops.clock.day(day),
                "category": category,
                "provider": provider,
                "amount": round(float(amounts[day]), 2),
                "currency": "USD",
            }
            for day in range(days)
        ]
        drops.add("costs", every_day.astype(np.float64), records)
    moments = np.arange(days * CHECKS_A_DAY) / CHECKS_A_DAY
    instants = drops.clock.instants(moments)
    for service, latency in SERVICES:
        count = len(moments)
        is_up = random.random(count) > 0.004
        requests = random.poisson(900, count)
        errors = np.where(is_up, random.binomial(requests, 0.003), requests // 2)
        latencies = latency * np.exp(random.normal(0, 0.25, count))
        records = [
            {
                "checkedAt": instants[i],
                "service": service,
                "isUp": bool(is_up[i]),
                "latencyMs": round(float(latencies[i]), 1) if is_up[i] else None,
                "errorCount": int(errors[i]),
                "requestCount": int(requests[i]),
            }
            for i in range(count)
        ]
        drops.add("service_checks", moments, records)


def write_leads(drops: DropWriter, count: int, random: np.random.Generator) -> None:
    """Sales leads that move through their stages, one record a stage."""
    days = drops.clock.days
    created = random.random(count) * (days - 0.1)
    value = np.round(np.exp(random.normal(9.2, 0.8, count)), -2)
    reach = random.integers(1, 5, count)
    stages = ("new", "qualified", "proposal", "won")
    is_enterprise = random.random(count) < 0.4
    born = drops.clock.instants(created)
    records, moments = [], []
    for i in range(count):
        for step in range(reach[i]):
            moment = float(created[i]) + 11.0 * step
            records.append(
                {
                    "leadId": f"L{i:05d}",
                    "kind": "enterprise" if is_enterprise[i] else "team",
                    "createdAt": born[i],
                    "stage": stages[step],
                    "value": float(value[i]),
                    "currency": "USD",
                    "updatedAt": drops.clock.instants(np.array([moment]))[0],
                }
            )
            moments.append(moment)
    drops.add("leads", np.array(moments), records)
