// MODULE_SIDE_EFFECT
import { describe, expect, test } from 'vitest'
import { checkFolder, placesIn, SOUND } from '../check-folder.js'

describe('valid', () => {
  test.each([
    `'use strict'`,
    `const columns = ['a', 'b'].join()`,
    `function name() { console.log('called'); return 1 }`,
    `class Row { static table = 'a' }`,
    `enum Kind { A }`,
    `interface Row { a: string }\ntype Rows = Row[]\ndeclare const x: Rows\n;`,
    `const later = async () => await null`,
    `export const description = 'x'`,
    `declare module 'x' { const y: number }`,
  ])('%s', async (line) => {
    expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([])
  })
})

describe('invalid', () => {
  test.each([
    [`console.log('loaded')`, '001_a.ts:1:1'],
    [`import 'reflect-metadata'`, '001_a.ts:1:1'],
    [`if (globalThis) { var x = 1 }`, '001_a.ts:1:1'],
    [`for (const x of [1]) {}`, '001_a.ts:1:1'],
    [`throw new Error('no')`, '001_a.ts:1:1'],
    [`let counter = 0\ncounter++`, '001_a.ts:2:1'],
    [`const x = await fetch('x')`, '001_a.ts:1:11'],
    [`await fetch('x')`, '001_a.ts:1:1'],
  ])('%s', async (line, place) => {
    expect(await placesIn({ '001_a.ts': `${line}\n${SOUND}` })).toEqual([
      `${place} error MODULE_SIDE_EFFECT`,
    ])
  })

  test('the message shows the statement, cut at 60 characters', async () => {
    const [found] = await checkFolder({
      '001_a.ts': `console.log('${'x'.repeat(100)}',\n 2)\n${SOUND}`,
    })
    expect(found!.message).toContain(`\`console.log('${'x'.repeat(44)}…\``)
  })

  test('CommonJS is left to the reading', async () => {
    const places = await placesIn({ '001_a.js': `module.exports = { up() {} }\n` })
    expect(places.join()).toContain('READ_COMMONJS')
    expect(places.join()).not.toContain('MODULE_SIDE_EFFECT')
  })
})
