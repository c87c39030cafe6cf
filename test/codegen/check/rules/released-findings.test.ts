// RELEASED_FINDINGS
import { expect, test } from 'vitest'
import { checkFolder, migrationWith, SOUND } from '../check-folder.js'

const WARNED = migrationWith("up: ['CREATE TABLE a (id INT PRIMARY KEY)', 'DELETE FROM a']")

test('valid: nothing is found, or nothing has shipped', async () => {
  expect(await checkFolder({ '001_a.ts': SOUND }, { released: 1 })).toEqual([])
  const codes = (await checkFolder({ '001_a.ts': WARNED })).map(({ code }) => code)
  expect(codes).not.toContain('RELEASED_FINDINGS')
})
test('shown one by one, each is a hint', async () => {
  const found = await checkFolder({ '001_a.ts': WARNED }, { released: 1, showReleased: true })
  expect(found.length).toBeGreaterThan(0)
  for (const { code, severity } of found) {
    expect(code).not.toBe('RELEASED_FINDINGS')
    expect(severity).toBe('info')
  }
})
