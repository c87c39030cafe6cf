// What a script removes by name.
import { expect, test } from 'vitest'
import { removedObjects } from '../../src/schema/removed-objects.js'

test.each<[script: string, removed: string[]]>([
  ['', []],
  ['CREATE TABLE a (b); DELETE FROM a', []],
  ['DROP TABLE a', ['table a']],
  [
    'drop table if exists Main."A b"; DROP INDEX i;DROP VIEW [v w]; drop trigger `t`',
    ['table a b', 'index i', 'view v w', 'trigger t'],
  ],
  ["DROP TABLE 'it''s'", ["table it's"]],
  ['DROP TABLE "a""b"', ['table a"b']],
  ['/* first */ DROP -- then\n TABLE a', ['table a']],
  ['ALTER TABLE a RENAME TO b', ['table a']],
  ['ALTER TABLE temp.a RENAME TO b', ['table a']],
  [
    'ALTER TABLE a RENAME COLUMN b TO c; ALTER TABLE a RENAME b TO c; ALTER TABLE a DROP COLUMN d',
    [],
  ],
  ["INSERT INTO a VALUES ('DROP TABLE b; ')", []],
  ['CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM drop_log; END; DROP TABLE z', ['table z']],
  ['DROP', []],
  ['DROP TABLE', []],
  ['ALTER TABLE', []],
])('%s', (script, removed) => expect(removedObjects(script)).toEqual(removed))
