"""Look at the folder, or the part of it that a batch names, and say what to read.

At the I/O rim. Nothing is read or recorded here.
"""

from __future__ import annotations

from collections.abc import Collection

from markwire import planner
from markwire.catalogue import Catalogue
from markwire.intake import folder
from markwire.intake.watch import Batch
from markwire.model import Site
from markwire.pipeline.reading import is_under


def look(
    batch: Batch, *, catalogue: Catalogue, site: Site, reread: bool, leaving: Collection[str]
) -> tuple[planner.Plan, folder.Listing]:
    """Compare what a batch names, and what is ``leaving``, with what is known of it.

    ``reread`` has every file read, whatever its times say. What the batch knows to be unsettled,
    and what could not be looked at, stays out of the plan. Raises FolderError where the content
    folder cannot be listed.
    """
    root = site.folders.content
    paths = batch.paths.union(leaving)
    if batch.everything:
        scan = folder.Scan(root)
        hinted = planner.Every() if reread else paths
        plan = planner.plan(scan, catalogue.stamps(None), hinted=hinted)
        listing = scan.rest()
    else:
        listing = folder.look(root, paths)
        plan = planner.plan(listing.articles.values(), catalogue.stamps(paths), hinted=paths)
    left_alone = batch.unsettled | listing.unseen
    told = {each.path for each in listing.problems}
    if not told and not left_alone:
        return plan, listing
    left = planner.Plan(
        new=tuple(path for path in plan.new if path not in left_alone),
        known=tuple(path for path in plan.known if path not in left_alone),
        vanished=tuple(
            path for path in plan.vanished if path not in told and not is_under(path, left_alone)
        ),
    )
    return left, listing
