"""The newsroom over HTTP: feeds for readers and partners, the desk for editors.

Above the pipeline. Runs in a process of its own, and never opens the catalogue.
"""
