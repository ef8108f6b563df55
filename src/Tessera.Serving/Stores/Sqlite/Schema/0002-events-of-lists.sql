-- The lists that events name, which arms are compared by.
CREATE INDEX log_recommendations ON log (namespace, recommendation, kind, type) WHERE recommendation IS NOT NULL;
