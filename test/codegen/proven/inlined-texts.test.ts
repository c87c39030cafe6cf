// A migration may take in texts and code of JSX from files beside it; nothing is wrong with it then.
import { expect } from 'vitest'
import { placesProven } from './prove-project.js'
import { testSome } from '../../support/some-of.js'

const STEP = `
  export default {
    up(db) {
      db.exec('CREATE TABLE a (b TEXT)')
      for (const line of text.split('\\n')) db.prepare('INSERT INTO a VALUES (?)').run(line + n)
    },
    down: 'DROP TABLE a',
  }`

testSome([
  ['_rows.txt', `import text from './_rows.txt'`],
  ['_rows.sql', `import text from './_rows.sql' with { type: 'text' }`],
])('%s, and a number in JSX', async (file, imports) => {
  const found = await placesProven({
    '001_a.ts': `${imports}; import { n } from './_n.js'; ${STEP}`,
    [file]: 'one\ntwo',
    '_n.tsx': 'export const n = 1',
    '_notes.md': 'caf\u00e9',
  })
  expect(found).toEqual([])
})
