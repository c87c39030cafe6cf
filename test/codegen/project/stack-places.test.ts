// The places that a stack trace names.
import { isAbsolute } from 'node:path'
import { expect, test } from 'vitest'
import { placesHere, stackPlaces, type StackPlace } from '../../../codegen/project/stack-places.js'

const at = (file: string) => [{ file, line: 4, column: 8 }]

test.each([
  ['a function', '    at up (/project/a.ts:4:8)', '/project/a.ts'],
  ['no function', '    at /project/a.ts:4:8', '/project/a.ts'],
  ['a method under another name', '    at A.up [as run] (/project/a.ts:4:8)', '/project/a.ts'],
  ['an async function', '    at async up (/project/a.ts:4:8)', '/project/a.ts'],
  ['a URL', '    at up (file:///my%20project/a.ts:4:8)', '/my project/a.ts'],
  ['a folder of Windows', '    at up (C:\\project\\a.ts:4:8)', 'C:\\project\\a.ts'],
  ['spaces and parentheses', '    at up (/my project (ä)/a.ts:4:8)', '/my project (ä)/a.ts'],
  ['parentheses and no function', '    at /my project (ä)/a.ts:4:8', '/my project (ä)/a.ts'],
  ['a colon in a folder', '    at up (/a:1:2/a.ts:4:8)', '/a:1:2/a.ts'],
])('%s', (_what, line, file) => expect(stackPlaces(`Error: x\n${line}`)).toEqual(at(file)))

test.each([
  ['of Node', '    at node:internal/main:4:8'],
  ['of Node, with a function', '    at run (node:internal/main:4:8)'],
  ['of evaluated text', '    at eval (eval at up (/project/a.ts:4:8), <anonymous>:1:1)'],
  ['of a bundle without a source map', '    at up (/project/a.ts.bundle.cjs:4:8)'],
  ['anonymous', '    at new Promise (<anonymous>)'],
  ['a message that looks like one', 'Error: look at (/project/a.ts:4:8)'],
])('nothing: %s', (_what, line) => expect(stackPlaces(line)).toEqual([]))

test('the innermost comes first', () => {
  const stack = 'Error: x\n    at a (/p/a.ts:1:2)\n    at b (/p/b.ts:3:4)'
  expect(stackPlaces(stack).map(({ file }) => file)).toEqual(['/p/a.ts', '/p/b.ts'])
})

test('of the calls that are going on, those of files, the innermost first', () => {
  const { prepareStackTrace } = Error
  const inner = (): (() => readonly StackPlace[]) => [1].map(() => placesHere())[0]!
  const places = inner()
  const files = places().map(({ file }) => file.split('/').at(-1))
  expect(files.slice(0, 3)).toEqual(Array.from({ length: 3 }, () => 'stack-places.test.ts'))
  expect(places().every(({ file }) => isAbsolute(file))).toBe(true)
  expect(places()).toBe(places())
  expect(Error.prepareStackTrace).toBe(prepareStackTrace)
})
