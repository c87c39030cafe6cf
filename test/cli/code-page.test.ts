// The page about a code: it is there, its address is printed and answered with every finding, and it can be read in the terminal.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { buildProblems } from '../../.ci/pages/catalogue.js'
import { catalogueSources } from '../../.ci/pages/catalogue-sources.js'
import { rules } from '../../codegen/check/rules.js'
import type { Diagnostic } from '../../codegen/model/diagnostic.js'
import { documentedCodes, pageUrl, withPages } from '../../src/cli/terminal/code-page.js'
import { anchorsIn } from '../docs/markdown-links.js'
import { projectRoot } from '../support/project-root.js'
import { runProgram } from './support/command-line.js'
import { temporaryProject } from '../support/project.js'
import { testSome } from '../support/some-of.js'

const pageOf = (code: string): string => withPages([{ code } as Diagnostic])[0]?.page ?? ''
const anchors = anchorsIn(readFileSync(join(projectRoot, 'docs/errors.md'), 'utf8'))

describe('the page of every code', () => {
  testSome(rules.map(({ code }) => code))('%s is a page of its own', (code) => {
    expect(pageOf(code)).toBe(`node_modules/lockstep/docs/rules/${code}.md`)
    expect(existsSync(fileURLToPath(pageUrl(pageOf(code))))).toBe(true)
  })
  testSome(buildProblems(catalogueSources(projectRoot)).map(({ code }) => code))(
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
    temporaryProject({
      'lockstep.config.json': '{ "database": "app.db" }',
      'migrations/002_a.sql':
        '-- migrate:up\nCREATE TABLE a (b);\n-- migrate:down\nDROP TABLE a;\n',
      'migrations/notes.txt': '',
    })
  const gap = 'node_modules/lockstep/docs/rules/VERSION_GAP.md'
  const unknown = 'node_modules/lockstep/docs/errors.md#file_unknown'

  testSome([['lint'], ['gen'], ['check', '--no-cache']])(
    'of %s names its page',
    async (...argv) => {
      const { stdout, stderr } = await runProgram(root(), argv)
      expect(stdout + stderr).toContain(`  see: ${gap}\n`)
      const json = await runProgram(root(), [...argv, '--json'])
      const { diagnostics } = JSON.parse(json.stdout) as { diagnostics: Diagnostic[] }
      expect(diagnostics.map(({ page }) => page)).toEqual(expect.arrayContaining([gap, unknown]))
    },
  )
})

describe('lockstep explain', () => {
  const root = () => temporaryProject({})

  testSome(documentedCodes())('prints what %s means', async (code) => {
    const { exitCode, stdout } = await runProgram(root(), ['explain', code])
    expect(exitCode).toBe(0)
    const lines = stdout.split('\n')
    expect(lines[0]).toBe(code)
    expect(lines.length).toBeGreaterThan(4)
    expect(stdout).not.toMatch(/^(?:#|```|<!--)|\]\(|All rules/m)
    expect(stdout.trimEnd()).toMatch(new RegExp(`${pageOf(code)}$`))
  })

  it('takes a code in lower case, and answers its page as it is written', async () => {
    const { stdout } = await runProgram(root(), ['explain', 'rows_lost', '--json'])
    const { code, page, text } = JSON.parse(stdout) as Record<string, string>
    expect([code, page]).toEqual(['ROWS_LOST', 'node_modules/lockstep/docs/rules/ROWS_LOST.md'])
    expect(text).toBe(readFileSync(join(projectRoot, 'docs/rules/ROWS_LOST.md'), 'utf8'))
  })

  testSome([
    ['COLUM_DROPED', 'Did you mean COLUMN_DROPPED?'],
    ['../README', 'docs/errors.md and docs/rules/README.md'],
    ['', 'docs/errors.md and docs/rules/README.md'],
  ])('knows no code %j', async (code, advice) => {
    const { exitCode, stdout, stderr } = await runProgram(root(), ['explain', code])
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' })
    expect(stderr).toContain(advice)
    expect(stderr).toContain('see: lockstep explain USAGE_INVALID')
  })

  it('is named by every error', async () => {
    const { stderr } = await runProgram(root(), ['migrate', '--db', 'app.db'])
    expect(stderr.trimEnd()).toMatch(/\n {2}see: lockstep explain REGISTRY_MISSING$/)
  })
})
