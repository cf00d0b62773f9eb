{{ config(tags=['reads_links'], indexes=[{'columns': ['posting_id']}]) }}

{{ staged_links('posting') }}
