"""Ways of paging that dlt has no class for."""

from dlt.sources.helpers.rest_client.paginators import PageNumberPaginator
from dlt.sources.rest_api.config_setup import register_paginator
from requests import Request

PAGE = "{page}"


class PageInPathPaginator(PageNumberPaginator):
    """A page number that stands in the path, where the declaration writes ``{page}``."""

    def init_request(self, request: Request) -> None:
        """Keep the address with its placeholder and ask for the first page."""
        self._address = request.url
        super().init_request(request)

    def update_request(self, request: Request) -> None:
        """Put the current number into the address."""
        request.url = self._address.replace(PAGE, str(self.current_value))


register_paginator("page_in_path", PageInPathPaginator)
