"""Policy as code: what may be read, what it may cost, who decided. Pure but for `stores`; imports no other package."""
