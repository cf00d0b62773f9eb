{{ config(tags=['reads_links'], indexes=[{'columns': ['company_record_id']}]) }}

{{ staged_links('company_record') }}
