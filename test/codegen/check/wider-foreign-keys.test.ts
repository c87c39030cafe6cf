// CONSTRAINT_LOST of foreign keys that have other columns.
import { describe, expect, test } from 'vitest'
import { onlyFinding, placesAfterReplay, sqlFile } from './replayed-folder.js'

const settings = { rules: { FOREIGN_KEY_WITHOUT_INDEX: 'off' } } as const

describe('a foreign key that becomes one of more columns', () => {
  const widened = (space: string) => ({
    '001_a.sql': sqlFile(
      'CREATE TABLE f (id TEXT PRIMARY KEY NOT NULL);\nCREATE TABLE v (id INTEGER PRIMARY KEY, f TEXT REFERENCES f (id));',
    ),
    '002_b.sql': sqlFile(
      `CREATE TABLE fn (id TEXT NOT NULL, s TEXT NOT NULL DEFAULT 'd', PRIMARY KEY (s, id));\nINSERT INTO fn (id) SELECT id FROM f;\nDROP TABLE f;\nALTER TABLE fn RENAME TO f;
CREATE TABLE n (id INTEGER PRIMARY KEY, f TEXT, s TEXT ${space} DEFAULT 'd', FOREIGN KEY (s, f) REFERENCES f (s, id));\nINSERT INTO n (id, f) SELECT id, f FROM v;\nDROP TABLE v;\nALTER TABLE n RENAME TO v;`,
    ),
  })

  test('still asks for the parent', async () =>
    expect(await placesAfterReplay(widened('NOT NULL'), { settings })).toEqual([]))

  test('does not where a new column may be NULL', async () =>
    expect((await onlyFinding(widened(''), { settings })).message).toContain(
      'without FOREIGN KEY (f) REFERENCES f',
    ))
})
