// The address of the page about a code: it is there, and is printed and answered with every finding.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { buildProblems } from '../../.ci/pages/catalogue.js'
import { catalogueSources } from '../../.ci/pages/catalogue-sources.js'
import { rules } from '../../codegen/check/rules.js'
import type { Diagnostic } from '../../codegen/model/diagnostic.js'
import { pageUrl, withPages } from '../../src/cli/terminal/code-page.js'
import { anchorsIn } from '../docs/markdown-links.js'
import { projectRoot } from '../support/project-root.js'
import { runProgram } from './support/command-line.js'
import { project } from './support/project.js'

const pageOf = (code: string): string => withPages([{ code } as Diagnostic])[0]?.page ?? ''
const anchors = anchorsIn(readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8'))

describe('the page of every code', () => {
  it.each(rules.map(({ code }) => code))('%s is a page of its own', (code) => {
    expect(pageOf(code)).toBe(`node_modules/lockstep/docs/rules/${code}.md`)
    expect(existsSync(fileURLToPath(pageUrl(pageOf(code))))).toBe(true)
  })
  it.each(buildProblems(catalogueSources(projectRoot)).map(({ code }) => code))(
    '%s is a section',
    (code) => {
      const { pathname, hash } = new URL(pageUrl(pageOf(code)))
      expect(pathname).toMatch(/\/docs\/errors\.md$/)
      expect(anchors).toContain(hash.slice(1))
    },
  )
})

describe('a finding', () => {
  const root = () =>
    project({
      'lockstep.config.json': '{ "database": "app.db" }',
      'migrations/002_a.sql':
        '-- migrate:up\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE a;\n',
      'migrations/notes.txt': '',
    })
  const gap = 'node_modules/lockstep/docs/rules/VERSION_GAP.md'
  const unknown = 'node_modules/lockstep/docs/errors.md#file_unknown'

  it.each([['lint'], ['gen'], ['check', '--no-cache']])('of %s names its page', async (...argv) => {
    const { stdout, stderr } = await runProgram(root(), argv)
    expect(stdout + stderr).toContain(`  see: ${gap}\n`)
    const json = await runProgram(root(), [...argv, '--json'])
    const { diagnostics } = JSON.parse(json.stdout) as { diagnostics: Diagnostic[] }
    expect(diagnostics.map(({ page }) => page)).toEqual(expect.arrayContaining([gap, unknown]))
  })
})
