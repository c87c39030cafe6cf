// Which of the names in double quotes were meant as texts: none that the schema has, or that the step itself gives.
import { expect, test } from 'vitest'
import { proveHistory } from './proven-folder.js'

const BEFORE = 'CREATE TABLE "e" ("id" INTEGER PRIMARY KEY, "finished" boolean NOT NULL);'

test.each([
  [
    'a column that it adds',
    `ALTER TABLE "e" ADD COLUMN "status" varchar;
UPDATE "e" SET "status" = CASE WHEN "finished" = 1 THEN 'success' ELSE "failed" END;`,
    "'failed' in 4:72",
  ],
  [
    'a table that it makes, and what a query names',
    `CREATE TABLE "Neu" ("nid" INTEGER PRIMARY KEY, "kind" TEXT);
CREATE VIEW "v" AS SELECT "x"."id" AS "the id" FROM "e" AS "x";
INSERT INTO "Neu" ("nid", "kind") SELECT "id", "open" FROM "e";`,
    "'open' in 5:48",
  ],
  [
    'a new name',
    `ALTER TABLE "e" RENAME COLUMN "finished" TO "done"; ALTER TABLE "e" RENAME TO "f";
UPDATE "f" SET "done" = "yes";`,
    "'yes' in 4:25",
  ],
])('%s is a name', async (_, up, text) => {
  const [found] = await proveHistory(BEFORE, up)
  expect(found?.fix).toBe(`Write texts in single quotes: ${text}. Double quotes are for names.`)
})
