// The commands that bring files back: they can be pasted, and write where the migrations are now.
import { expect } from 'vitest'
import { restoreCommand } from '../../../codegen/git/restore-command.js'
import { testSome } from '../../support/some-of.js'

const at = (former: string, folder: string) => ({
  mergeBase: '70e86cf71eb1c0ffee00',
  former,
  folder,
})

testSome([
  [['m/001_a.sql'], 'm', 'm', '`git checkout 70e86cf71eb1 -- m/001_a.sql`'],
  [['m/_a.ts', 'm/_b.ts'], 'm', 'm', '`git checkout 70e86cf71eb1 -- m/_a.ts m/_b.ts`'],
  [
    ['db/main migs/001_a.sql'],
    'db/main migs',
    'db/main migs',
    '`git checkout 70e86cf71eb1 -- "db/main migs/001_a.sql"`',
  ],
  [["$m/it's.sql"], '$m', '$m', "`git checkout 70e86cf71eb1 -- '$m/it'\\''s.sql'`"],
  [['m/001_a.sql'], 'm', 'db/m n', '`git show 70e86cf71eb1:./m/001_a.sql > "db/m n/001_a.sql"`'],
  [
    ['m/_a.ts', 'm/x/_b.ts'],
    'm',
    'db',
    '`git show 70e86cf71eb1:./m/_a.ts > db/_a.ts` and `git show 70e86cf71eb1:./m/x/_b.ts > db/x/_b.ts`',
  ],
  [['001_a*.sql'], '.', '.', '`git --literal-pathspecs checkout 70e86cf71eb1 -- "001_a*.sql"`'],
  [[':(top)a.sql'], '.', '.', '`git --literal-pathspecs checkout 70e86cf71eb1 -- ":(top)a.sql"`'],
  [['=m/a;b.sql'], '=m', '=m', '`git checkout 70e86cf71eb1 -- "=m/a;b.sql"`'],
  [['m/$(x).sql'], 'm', 'm', "`git checkout 70e86cf71eb1 -- 'm/$(x).sql'`"],
  [['-m/a b.sql'], '-m', '-m', '`git checkout 70e86cf71eb1 -- "-m/a b.sql"`'],
])('%j from %s to %s', (files, former, folder, command) => {
  expect(restoreCommand(at(former, folder), files)).toBe(command)
})
