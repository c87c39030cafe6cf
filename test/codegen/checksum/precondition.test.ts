// What cannot be read has no checksum: an empty one would look like any other.
import { expect, test } from 'vitest'
import { checksum } from '../../../codegen/checksum/checksum.js'
import { readFolder } from '../parse/read-folder.js'

test.each([
  ['an unreadable up', `export default { up: makeUp(), irreversible: 'test' }`],
  ['no up', `export default { down() {} }`],
])('throws for %s', (_, text) => {
  const { migrations, discovery } = readFolder({ '001_a.ts': text })
  expect(migrations).toHaveLength(1)
  expect(() => checksum(migrations[0]!, discovery)).toThrow(
    new TypeError('migrations/001_a.ts has no readable up: nothing to digest.'),
  )
})
