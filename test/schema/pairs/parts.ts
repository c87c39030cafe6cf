// What several of the pairs are made of.

export const T = 'CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT, age INTEGER)'
export const P = 'CREATE TABLE p (id INTEGER PRIMARY KEY, x TEXT UNIQUE);'
export const V = `${T}; CREATE VIEW v AS SELECT id, name FROM t`
export const TR = `${T}; CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET age = 0 WHERE id = NEW.id; END`
