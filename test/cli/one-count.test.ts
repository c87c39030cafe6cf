// What `verify`, `status` and `init` print agrees with itself: counts, states, and every database of a configuration.
import { expect, test } from 'vitest'
import type { Problem, Status } from '../../src/model/report.js'
import type { Verification } from '../../src/model/verification.js'
import { renderStatus } from '../../src/cli/render/status.js'
import { nextSteps } from '../../src/cli/scaffold/next-steps.js'
import { renderVerification } from '../../src/cli/render/verification.js'
import { makeStyle } from '../../src/cli/terminal/style.js'

const plain = makeStyle({ colors: 'off', listing: 'whole' })

const problem = (code: string, severity: Problem['severity']): Problem => ({
  code,
  severity,
  message: 'm',
  fix: 'f',
})

test('problems and warnings of one area are counted apart', () => {
  const verification: Verification = {
    ok: false,
    state: 'diverged',
    version: 1,
    latest: 1,
    problems: [
      problem('HISTORY_EDITED', 'error'),
      problem('HISTORY_RENAMED', 'warning'),
      problem('REPLAY_FAILED', 'error'),
    ],
    differences: [],
    comparedWith: null,
    compared: 0,
    foreign: [],
    unchecked: [],
  }
  const shown = { database: 'a.db', exists: true, verification, attached: [] }
  const lines = renderVerification(shown, plain)
  expect(lines[0]).toContain('2 problems')
  expect(lines[2]).toMatch(/ledger +1 problem, 1 warning$/)
  expect(lines[3]).toMatch(/schema +1 problem$/)
})

test('what only agrees with a stale registry is not called up to date', () => {
  const status: Status = {
    state: 'current',
    version: 1,
    latest: 1,
    applied: [],
    pending: [],
    problems: [problem('REGISTRY_BEHIND', 'warning')],
  }
  const [head] = renderStatus({ database: 'a.db', exists: true, status }, plain)
  expect(head).toContain('matches the registry, but the registry does not match the migrations')
})

test('each database of a configuration is named after `init`', () => {
  const databases = ['main', 'cache'].map((name) => ({
    name,
    folder: '',
    registryImport: `import ${name}`,
  }))
  const state = { build: 'ready', codes: [], takesOver: false, wayOver: null, databases } as const
  const steps = nextSteps({ has: () => true }, state)
  expect(steps.slice(0, 2)).toEqual([
    'npx lockstep migrate --name main   brings main up to date',
    'npx lockstep migrate --name cache  brings cache up to date',
  ])
  expect(steps.at(-1)).toContain('for cache: `import cache` and call')
})
