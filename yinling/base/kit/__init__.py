"""The page kit 页面组件: shells, lists, forms, charts, maps, access and language; docs/page-kit.md shows how to use it."""
