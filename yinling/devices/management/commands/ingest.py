"""`yinling ingest`: takes in what devices send; started by `yinling serve`."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Take in what devices send until told to stop."""

    help = "Take in what devices send: MQTT, JT/T 808, HTTP / 接收设备数据"
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--process", type=int, default=0, help="number of this process when several share the work"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Run."""
        from yinling.devices.ingest.run import Plan, run

        run(
            Plan(
                home=settings.YINLING_HOME, host=settings.YINLING_DEVICES_HOST, mqtt=settings.YINLING_MQTT_PORT,
                mqtt_tls=settings.YINLING_MQTT_TLS_PORT, jt808=settings.YINLING_JT808_PORT, cert=settings.YINLING_MQTT_CERT,
                key=settings.YINLING_MQTT_KEY, outside=settings.YINLING_MQTT_URL, process=options["process"],
                fixed=settings.YINLING_DEVICES_PORTS_FIXED,
            )
        )  # fmt: skip
