"""What stands above an article's text, in its path and in its folders → typed metadata. Pure.

``frontmatter`` finds the fences and asks the room of one syntax for nodes, each with its place;
``fields`` reads them by the type that each of ``keys`` wants.
"""
