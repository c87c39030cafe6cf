// Examples of what migrations often do, for `create --template`: written as comments, so that nothing runs before it is edited.
import type { ExampleName } from '../command/flags.js'

/** Lines of SQL or of code. */
interface Step {
  readonly up: readonly string[]
  readonly down: readonly string[]
}

/** A step in SQL, in code if that is better suited, and declared if that is better still. */
export interface ExampleStep {
  readonly sql: Step
  readonly code?: Step
  readonly declared?: readonly string[]
}

const EXAMPLES: Readonly<Record<ExampleName, ExampleStep>> = {
  'add-column': {
    sql: {
      up: ["ALTER TABLE contacts ADD COLUMN email TEXT NOT NULL DEFAULT '';"],
      down: ['ALTER TABLE contacts DROP COLUMN email;'],
    },
  },
  index: {
    sql: {
      up: ["CREATE INDEX contacts_phone ON contacts (phone) WHERE phone <> '';"],
      down: ['DROP INDEX contacts_phone;'],
    },
  },
  trigger: {
    sql: {
      up: [
        'CREATE TRIGGER contacts_changed AFTER UPDATE OF name ON contacts',
        'BEGIN',
        '  UPDATE contacts SET changed_at = CURRENT_TIMESTAMP WHERE id = NEW.id;',
        'END;',
      ],
      down: ['DROP TRIGGER contacts_changed;'],
    },
  },
  junction: {
    sql: {
      up: [
        'CREATE TABLE contact_tags (',
        '  contact_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,',
        '  tag_id INTEGER NOT NULL REFERENCES tags (id) ON DELETE CASCADE,',
        '  PRIMARY KEY (contact_id, tag_id)',
        ') WITHOUT ROWID;',
        'CREATE INDEX contact_tags_tag ON contact_tags (tag_id);',
      ],
      down: ['DROP TABLE contact_tags;'],
    },
  },
  backfill: {
    sql: {
      up: [
        "UPDATE contacts SET search_name = lower(coalesce(name, '')) WHERE search_name IS NULL;",
      ],
      down: [
        '-- Also clears equal values that were there before.',
        "UPDATE contacts SET search_name = NULL WHERE search_name = lower(coalesce(name, ''));",
      ],
    },
    code: {
      up: [
        "const write = db.prepare('UPDATE contacts SET search_name = ? WHERE id = ?')",
        "const query = 'SELECT id, name FROM contacts WHERE search_name IS NULL'",
        "ctx.batches(query, { by: 'id' }, (contacts) => {",
        "  for (const { id, name } of contacts) write.run(String(name ?? '').toLowerCase(), id)",
        '})',
      ],
      down: [
        '// Also clears equal values that were there before.',
        "const clear = db.prepare('UPDATE contacts SET search_name = NULL WHERE id = ? AND search_name = ?')",
        "ctx.batches('SELECT id, name FROM contacts', { by: 'id' }, (contacts) => {",
        "  for (const { id, name } of contacts) clear.run(id, String(name ?? '').toLowerCase())",
        '})',
      ],
    },
    declared: [
      'batches: [',
      '  {',
      "    query: 'SELECT id FROM contacts WHERE search_name IS NULL',",
      "    by: 'id',",
      `    update: "UPDATE contacts SET search_name = lower(name) WHERE id BETWEEN :from AND :to",`,
      '  },',
      '],',
      '// Also clears equal values that were there before.',
      "down: 'UPDATE contacts SET search_name = NULL WHERE search_name = lower(name)',",
    ],
  },
  rebuild: {
    sql: {
      up: [
        '-- This also drops the indexes and triggers of the table: recreate them below.',
        "CREATE TABLE new_contacts (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', phone TEXT);",
        "INSERT INTO new_contacts (id, name, phone) SELECT id, coalesce(name, ''), phone FROM contacts;",
        'DROP TABLE contacts;',
        'ALTER TABLE new_contacts RENAME TO contacts;',
      ],
      down: [
        'CREATE TABLE old_contacts (id INTEGER PRIMARY KEY, name TEXT, phone TEXT);',
        'INSERT INTO old_contacts (id, name, phone) SELECT id, name, phone FROM contacts;',
        'DROP TABLE contacts;',
        'ALTER TABLE old_contacts RENAME TO contacts;',
      ],
    },
    code: {
      up: [
        "ctx.rebuild('contacts', {",
        "  create: `CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', phone TEXT)`,",
        "  copy: { name: `coalesce(name, '')` },",
        '})',
      ],
      down: [
        "ctx.rebuild('contacts', {",
        '  create: `CREATE TABLE contacts (id INTEGER PRIMARY KEY, name TEXT, phone TEXT)`,',
        '})',
      ],
    },
    declared: [
      'alter: {',
      '  contacts: {',
      `    change: { name: { notNull: true, default: "''", using: "coalesce(name, '')" } },`,
      '  },',
      '},',
      "down: 'auto',",
    ],
  },
}

/** The example of that name. */
export const exampleStep = (name: ExampleName): ExampleStep => EXAMPLES[name]
