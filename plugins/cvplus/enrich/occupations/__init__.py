"""From a job title to an occupation: names of ESCO and the SOC, likeness to them, and how sure that is."""
