"""All replicas by name."""

from collections.abc import Iterable

from tests.portals import (
    echo,
    epoint,
    gkmlpt,
    habits,
    hanweb,
    identity,
    jpaas,
    lonsun,
    mixed,
    robots,
    shells,
    small,
    soft,
    transport,
    trs,
    ucap,
    variants,
    vsb,
    walls,
)
from tests.portals.replica import Site

MODULES = (
    trs, ucap, hanweb, jpaas, vsb, gkmlpt, lonsun, epoint, small, shells, walls, soft, robots, identity, mixed, transport,
    echo, variants, habits,
)  # fmt: skip


def build(names: Iterable[str] = ()) -> dict[str, Site]:
    """Start the replicas (of these modules; of all without names) and return their sites by portal id."""
    wanted = set(names)
    modules = [module for module in MODULES if not wanted or module.__name__.rsplit(".", 1)[-1] in wanted]
    sites = {site.id: site for module in modules for site in module.build()}
    for site in sites.values():
        if site.truth.reports:
            site.entrance()
    return sites
