-- Run once, in a new volume. The app's user may read and write rows, and migrations may change tables. It may make
-- no views, triggers, events or routines, and nothing outside this database.
REVOKE ALL ON todobot.* FROM todobot;
GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, REFERENCES ON todobot.* TO todobot;
