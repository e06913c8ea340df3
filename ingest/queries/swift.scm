; Definitions
(class_declaration name: (type_identifier) @name) @class
(class_declaration name: (user_type (type_identifier) @name)) @scope
(protocol_declaration name: (type_identifier) @name) @interface
(typealias_declaration name: (type_identifier) @name) @type
(function_declaration name: (simple_identifier) @name) @function
(protocol_function_declaration name: (simple_identifier) @name) @function

; References
(call_expression [(simple_identifier) @ref (navigation_expression suffix: (navigation_suffix suffix: (simple_identifier) @ref))])
(user_type (type_identifier) @ref)
