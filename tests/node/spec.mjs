// Print the examples of the CommonMark specification as a JSON array of
// {number, section, markdown, html}. The specification writes a tab as an arrow.

import spec from 'commonmark-spec'

const tabs = (text) => text.replaceAll('→', '\t')

process.stdout.write(
  JSON.stringify(
    spec.tests.map(({ number, section, markdown, html }) => ({
      number,
      section,
      markdown: tabs(markdown),
      html: tabs(html),
    })),
  ),
)
