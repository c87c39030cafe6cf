// The links of the documentation: each leads to a file and a heading, in the repository and in the installed package.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { projectRoot } from '../support/project-root.js'
import { run } from '../support/run-program.js'
import { anchorsIn, brokenLinks, linksIn } from './markdown-links.js'

interface Packed {
  readonly files: readonly { readonly path: string }[]
}

const text = (page: string): readonly [string, string] => [
  page,
  readFileSync(join(projectRoot, page), 'utf8'),
]

async function packedFiles(): Promise<Set<string>> {
  const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'])
  const [packed] = JSON.parse(stdout) as [Packed]
  return new Set(packed.files.map(({ path }) => path))
}

test('every link leads somewhere, also in the installed package', async () => {
  const files = await packedFiles()
  const pages = new Map([...files].filter((file) => file.endsWith('.md')).map(text))
  expect([...pages.keys()]).toEqual(expect.arrayContaining(['README.md', 'docs/errors.md']))
  expect([...pages.values()].flatMap(linksIn).length).toBeGreaterThan(10)
  expect(brokenLinks(pages, files)).toEqual([])
})

describe('planted', () => {
  const pages = new Map([
    [
      'README.md',
      '# Title\n\n[a](docs/a.md) [b](docs/a.md#two-words) [c](https://example.com/x.md)',
    ],
    [
      'docs/a.md',
      '# `One`\n\n## Two words!\n\n## Two words\n\n[back](../README.md#title) [here](#one)',
    ],
  ])
  const broken = (link: string, page = 'docs/c.md'): string[] =>
    brokenLinks(new Map([...pages, [page, `[x](${link})`]]), new Set(pages.keys()))

  test('what is right is right', () => {
    expect(brokenLinks(pages, new Set(pages.keys()))).toEqual([])
  })
  test.each(['b.md', 'docs/a.md', 'a.md#three', '../README.md#titel', '#nothing', '../docs'])(
    '%s is found',
    (link) => expect(broken(link)).toEqual([`docs/c.md: ${link}`]),
  )
  test('code is not read for links', () => {
    expect(linksIn('`[a](b)` and\n\n```md\n[c](d)\n```\n\n[e](f) [g]\n\n[g]: h\n')).toEqual([
      'f',
      'h',
    ])
  })
  test('a heading that is there twice has two anchors', () => {
    expect([...anchorsIn('# A b\n\n## A b\n\n```sh\n# no\n```\n\n## C_D (e)')]).toEqual([
      'a-b',
      'a-b-1',
      'c_d-e',
    ])
  })
})
