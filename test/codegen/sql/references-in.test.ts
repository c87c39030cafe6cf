// The foreign keys that a statement declares, however it is written.
import { expect, test } from 'vitest'
import { readStatement } from '../../../codegen/sql/read-statement.js'
import { referencesIn } from '../../../codegen/sql/references-in.js'

const found = (sql: string): string[] =>
  referencesIn(readStatement(sql)).map(({ columns, parent }) => `${columns.join(' + ')}: ${parent}`)

test.each([
  ['CREATE TABLE a (b REFERENCES "C d" (e) ON DELETE SET NULL)', ['b: c d']],
  ['CREATE TABLE a (b CONSTRAINT k NOT NULL REFERENCES c DEFERRABLE, d)', ['b: c']],
  [
    'CREATE TABLE a (b, "c" REFERENCES x, FOREIGN KEY (b, c) REFERENCES y (f, g), CONSTRAINT k FOREIGN KEY (b) REFERENCES [z])',
    ['c: x', 'b + c: y', 'b: z'],
  ],
  [
    'CREATE TABLE a (b, CHECK (b > 0) FOREIGN KEY (b) REFERENCES c FOREIGN KEY (b) REFERENCES d)',
    ['b: c', 'b: d'],
  ],
  ['alter table a add column b integer references /* the */ c', ['b: c']],
  [`CREATE TABLE a ("references" TEXT DEFAULT 'references x', b CHECK ("references" > b))`, []],
  ['CREATE TABLE a AS SELECT 1', []],
  ['CREATE INDEX a ON b (c)', []],
])('%s', (sql, expected) => expect(found(sql)).toEqual(expected))
