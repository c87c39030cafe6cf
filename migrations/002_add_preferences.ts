// What each user of the manager has chosen.
import { type Handle, Migration } from 'lockstep/better-sqlite3'

export default class AddPreferences extends Migration {
  version = '002'
  name = 'add_preferences'
  description = 'Preferences of the people who use the manager'

  up(db: Handle) {
    db.exec(`
      CREATE TABLE user_preferences (
        user_id INTEGER NOT NULL REFERENCES contacts (id) ON DELETE CASCADE,
        preference_key TEXT NOT NULL,
        preference_value TEXT,
        created_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        updated_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
        PRIMARY KEY (user_id, preference_key)
      ) WITHOUT ROWID;

      CREATE INDEX idx_user_preferences_key ON user_preferences (preference_key);
    `)
  }

  down(db: Handle) {
    db.exec('DROP TABLE user_preferences')
  }
}
