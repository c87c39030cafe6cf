// Takes the fenced blocks out of a Markdown page.

/** One fenced block. */
export interface Block {
  readonly language: string
  /** Without the fences and without a final line end. */
  readonly text: string
}

/** The blocks of the section with this title, in order; a section that is gone is an error. */
export function blocksOf(page: string, title: string): Block[] {
  const [, section] = page.split(`\n## ${title}\n`)
  if (section === undefined) throw new TypeError(`The page has no section "${title}".`)
  return allBlocksOf(section.split('\n## ')[0] ?? '')
}

/** The blocks of a whole page, in order; those that are empty or indented are not taken. */
export const allBlocksOf = (page: string): Block[] =>
  [...page.matchAll(/^```(\w+)\n([^]*?)\n```$/gm)].map(([, language = '', block = '']) => ({
    language,
    text: block,
  }))

/** A block that begins with the path of the file it is. */
export function fileOf(text: string): { readonly file: string; readonly text: string } {
  const file = /^(?:\/\/|--) (\S+)\n/.exec(text)?.[1]
  if (file === undefined) throw new TypeError(`A block does not begin with its file: ${text}`)
  return { file, text: `${text}\n` }
}
