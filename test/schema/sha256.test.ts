// The digest against Node's own, over lengths around every block boundary and over odd text.
import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { sha256 } from '../../src/schema/sha256.js'

const expected = (text: string): string =>
  createHash('sha256').update(text, 'utf16le').digest('hex')

test('every length up to several blocks', () => {
  for (let length = 0; length < 300; length++) {
    const text = Array.from({ length }, (_, at) => String.fromCharCode((at * 7919) % 65_536)).join(
      '',
    )
    expect(sha256(text), `length ${length}`).toBe(expected(text))
  }
})

test.each(['', 'abc', 'größe 名前 🎲', '\u0000\uffff', 'x'.repeat(100_000)])('%s', (text) => {
  expect(sha256(text)).toBe(expected(text))
})

test('lone surrogates are told apart', () => {
  expect(new Set(['\ud800', '\ud801', '\udc00'].map(sha256)).size).toBe(3)
})
