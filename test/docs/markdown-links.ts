// Reads the links and the headings of Markdown pages, and finds links that lead nowhere. Pure.
import { posix } from 'node:path'

/** The text of each page by its path, relative to the root of the project. */
export type Pages = ReadonlyMap<string, string>

/**
 * `page: link` for every relative link that leads to no file of `files`, or to no heading of the page it names. Links to
 * other sites are not followed.
 */
export const brokenLinks = (pages: Pages, files: ReadonlySet<string>): string[] =>
  [...pages].flatMap(([page, text]) =>
    linksIn(text)
      .filter((link) => !isExternal(link) && !leadsSomewhere({ page, link }, pages, files))
      .map((link) => `${page}: ${link}`),
  )

const isExternal = (link: string): boolean => /^[a-z]+:/.test(link)

function leadsSomewhere(
  { page, link }: { readonly page: string; readonly link: string },
  pages: Pages,
  files: ReadonlySet<string>,
): boolean {
  const [path = '', anchor] = link.split('#')
  const target = path === '' ? page : posix.join(posix.dirname(page), path)
  if (!files.has(target)) return false
  return anchor === undefined || anchorsIn(pages.get(target) ?? '').has(anchor)
}

/** The targets of all links of a page, without those inside code. */
export const linksIn = (text: string): string[] =>
  [...withoutCode(text).matchAll(/\]\(([^()\s]+)\)|^\[[^\]]+\]: (\S+)$/gm)].map(
    ([, inline, reference]) => inline ?? reference ?? '',
  )

const withoutCode = (text: string): string =>
  withoutBlocks(text).replace(/(`+)(?!`)[^]*?(?<!`)\1(?!`)/g, 'code')

const withoutBlocks = (text: string): string =>
  text.replace(/^( *)(```+|~~~+)[^\n]*\n[^]*?^\1\2[^\n]*$/gm, '')

/** The anchors that GitHub and npm give to the headings of a page. */
export function anchorsIn(text: string): ReadonlySet<string> {
  const seen = new Map<string, number>()
  const anchors = [...withoutBlocks(text).matchAll(/^#{1,6} (.+)$/gm)].map(([, title = '']) => {
    const slug = slugOf(title)
    const times = seen.get(slug) ?? 0
    seen.set(slug, times + 1)
    return times === 0 ? slug : `${slug}-${times}`
  })
  return new Set(anchors)
}

const slugOf = (title: string): string =>
  title
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-')
