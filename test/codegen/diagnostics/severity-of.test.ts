// Which severity the settings give to a finding about a file.
import { expect, test } from 'vitest'
import { severityOf } from '../../../codegen/diagnostics/severity-of.js'
import type { SeverityOverride } from '../../../codegen/model/settings.js'

const found = (file: string) => ({ code: 'X', file, severity: 'error' as const })
const of = (file: string, overrides: readonly SeverityOverride[], rules = {}) =>
  severityOf(found(file), { rules, overrides })

test('its own, that of all files, that of the last override that is about the file and names it', () => {
  const all = { files: ['a/**'], rules: { X: 'info' } } as const
  const some = { files: ['a/1*', 'b/*'], rules: { X: 'off', Y: 'error' } } as const
  const other = { files: ['a/**'], rules: { Y: 'info' } } as const
  expect(of('a/1.sql', [])).toBe('error')
  expect(of('a/1.sql', [], { X: 'warning' })).toBe('warning')
  expect(of('a/1.sql', [all, some, other], { X: 'warning' })).toBe('off')
  expect(of('a/1.sql', [some, all], { X: 'warning' })).toBe('info')
  expect(of('a/2.sql', [all, some])).toBe('info')
  expect(of('c/2.sql', [all, some], { X: 'warning' })).toBe('warning')
})

test.each([
  ['a/1.sql', ['a/*.sql'], true],
  ['a/b/1.sql', ['a/*.sql'], false],
  ['a/b/1.sql', ['a/**/*.sql'], true],
  ['a/1.sql', ['a/**/*.sql'], true],
  ['a/_x/.y.ts', ['a/**'], true],
  ['a/[x]/1.sql', ['a/\\[x\\]/*'], true],
  ['a/1.sql', ['**', '!**/*.sql'], false],
  ['a/1.ts', ['!**/*.sql'], false],
  ['A/1.sql', ['a/*'], false],
])('%s is one of %j: %s', (file, files, is) => {
  expect(of(file, [{ files, rules: { X: 'off' } }])).toBe(is ? 'off' : 'error')
})

test('globs start at the folder of the configuration', () => {
  const rules = { X: 'off' } as const
  expect(of('db/migrations/1.sql', [{ folder: 'db', files: ['migrations/*'], rules }])).toBe('off')
  expect(of('migrations/1.sql', [{ folder: 'db', files: ['../migrations/*'], rules }])).toBe('off')
})
