"""Every picture of the documentation is small and has a light and a dark version."""

from __future__ import annotations

from devtools.screenshots import IMAGES, LARGEST_BYTES


def test_every_image_is_small_and_has_a_light_and_a_dark_version() -> None:
    images = sorted(IMAGES.glob("*.png"))
    names = {image.name for image in images}
    assert all(image.stat().st_size <= LARGEST_BYTES for image in images)
    for name in names:
        assert name.replace("-light.", "-dark.") in names
        assert name.replace("-dark.", "-light.") in names
