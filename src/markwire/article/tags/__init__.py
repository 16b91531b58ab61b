"""Tags of other tools, from shortcodes to templates, → Markdown with every place known. Pure.

``translation`` is the way in; ``scanner`` finds tags, ``units`` pairs them, ``verbatim`` sets code
aside, and the others know what a tag stands for.
"""
