// The migration that a new project begins with: an example that works as it is. Pure.

/** The text of `001_initial`, the same in TypeScript and JavaScript. */
export const firstMigration = (
  driver: string,
): string => `import { defineMigration } from 'lockstep/${driver}'

export default defineMigration({
  description: 'The first table, as an example',

  up(db) {
    db.exec(\`
      CREATE TABLE notes (
        id INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP
      );
    \`)
  },

  down(db) {
    db.exec(\`
      DROP TABLE notes;
    \`)
  },
})
`
