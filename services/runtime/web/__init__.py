"""What every page of ours is made of: design tokens, shared modules, vendored libraries, and how they are served."""
