// Inserts generated text into a page that is written by hand.

/**
 * The page with `text` between `<!-- name -->` and `<!-- /name -->`, replacing what was there. A page without the two marks is
 * returned unchanged; the test of the pages then finds the text missing.
 */
export function insertSection(page: string, name: string, text: string): string {
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`]
  const [before, rest] = cut(page, begin)
  const [, after] = cut(rest, end)
  return after === '' ? page : `${before}${begin}\n\n${text}\n\n${end}${after}`
}

function cut(text: string, mark: string): [string, string] {
  const index = text.indexOf(mark)
  return index < 0 ? [text, ''] : [text.slice(0, index), text.slice(index + mark.length)]
}
