"""The page "Status" in Airflow's menu, and the tab "Why has this not run?" of each DAG."""

from typing import Any, ClassVar

from airflow.plugins_manager import AirflowPlugin

ROOT = "/cvplus/status"


class StatusPages:
    """The pages, made at the first request: every process of Airflow imports this file, and one serves it."""

    def __init__(self) -> None:
        self._app: Any = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer one request (ASGI)."""
        if self._app is None:
            from cvplus.status.web import status_app

            # Airflow's own application has mounted this one, and named itself in the request.
            self._app = status_app(scope["app"], ROOT)
        await self._app(scope, receive, send)


class StatusPagePlugin(AirflowPlugin):
    """Makes the pages known to the API server."""

    name = "status_page"
    fastapi_apps: ClassVar[list[Any]] = [{"app": StatusPages(), "url_prefix": ROOT, "name": "Status"}]
    external_views: ClassVar[list[Any]] = [
        {"name": "Status", "href": f"{ROOT}/", "destination": "nav", "url_route": "status"},
        {
            "name": "Why has this not run?",
            "href": f"{ROOT}/{{DAG_ID}}",
            "destination": "dag",
            "url_route": "why",
        },
    ]
