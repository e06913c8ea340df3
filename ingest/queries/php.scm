; Definitions
(class_declaration name: (name) @name) @class
(interface_declaration name: (name) @name) @interface
(trait_declaration name: (name) @name) @trait
(enum_declaration name: (name) @name) @enum
(function_definition name: (name) @name) @function
(method_declaration name: (name) @name) @method

; References
(function_call_expression function: [(name) @ref (qualified_name (name) @ref .)])
(member_call_expression name: (name) @ref)
(nullsafe_member_call_expression name: (name) @ref)
(scoped_call_expression scope: (name) @ref)
(scoped_call_expression name: (name) @ref)
(object_creation_expression [(name) @ref (qualified_name (name) @ref .)])
(base_clause [(name) @ref (qualified_name (name) @ref .)])
(class_interface_clause [(name) @ref (qualified_name (name) @ref .)])
(use_declaration [(name) @ref (qualified_name (name) @ref .)])
(namespace_use_clause (qualified_name (name) @ref .))
(named_type [(name) @ref (qualified_name (name) @ref .)])
