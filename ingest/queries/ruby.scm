; Definitions
(class name: [(constant) (scope_resolution)] @name) @class
(module name: [(constant) (scope_resolution)] @name) @module
(method name: (_) @name) @function
(singleton_method name: (_) @name) @function
(assignment left: (constant) @name) @constant

; References
(call method: [(identifier) (constant)] @ref)
(call receiver: [(constant) @ref (scope_resolution name: (constant) @ref)])
(superclass [(constant) @ref (scope_resolution name: (constant) @ref)])
(argument_list (constant) @ref)
(body_statement (identifier) @ref)
(then (identifier) @ref)
