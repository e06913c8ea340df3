; Definitions
(class_declaration (type_identifier) @name) @class
(object_declaration (type_identifier) @name) @class
(type_alias (type_identifier) @name) @type
(function_declaration (simple_identifier) @name) @function

; References
(call_expression [(simple_identifier) @ref (navigation_expression (navigation_suffix (simple_identifier) @ref))])
(constructor_invocation (user_type (type_identifier) @ref))
(delegation_specifier (user_type (type_identifier) @ref))
(class_parameter (user_type (type_identifier) @ref))
(parameter (user_type (type_identifier) @ref))
(function_declaration (user_type (type_identifier) @ref))
(variable_declaration (user_type (type_identifier) @ref))
(type_projection (user_type (type_identifier) @ref))
(import_header (identifier (simple_identifier) @ref .))
